"""What other modules of rclpy are made with."""


def __getattr__(name):
    if name == 'implementation_singleton':  # upstream imports it with rclpy
        import importlib
        return importlib.import_module('rclpy.impl.implementation_singleton')
    raise AttributeError(f"module 'rclpy.impl' has no attribute '{name}'")
