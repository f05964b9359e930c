"""What ROS packages have installed, by the prefixes in AMENT_PREFIX_PATH."""

from ament_index_python.constants import RESOURCE_INDEX_SUBFOLDER
from ament_index_python.packages import (get_package_prefix, get_package_share_directory, get_package_share_path,
                                         get_packages_with_prefixes, PackageNotFoundError)
from ament_index_python.resources import (get_resource, get_resource_types, get_resources, has_resource, InvalidResourceNameError,
                                          InvalidResourceTypeNameError)
from ament_index_python.search_paths import get_search_paths

__all__ = ['get_package_prefix', 'get_package_share_directory', 'get_package_share_path', 'get_packages_with_prefixes',
           'get_resource', 'get_resources', 'get_search_paths', 'get_resource_types', 'has_resource', 'InvalidResourceTypeNameError',
           'InvalidResourceNameError', 'PackageNotFoundError', 'RESOURCE_INDEX_SUBFOLDER']
