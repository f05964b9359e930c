# find_package(rclio) inside rclio's own build: the targets and rclio_generate_interfaces() are there already.
set(rclio_FOUND TRUE)
