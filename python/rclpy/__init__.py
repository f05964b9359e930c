"""rclpy on rclio: the same programs, on real asyncio."""

import _rclio_import_hook

_rclio_import_hook.install()
