/* cli/package_files.c: the files of a new package, for C (plain CMake, or with ament) and for Python.
 *
 *   F1  A C package builds against an installed rclio and, installed, is found by `ros2 run` without any other tool.
 *   F2  A Python package installs with pip and with colcon alike.
 *   F3  What a user wrote is quoted for the file that it goes to.
 * Threads: main. */
#include "package_files.h"

#include <ctype.h>
#include <string.h>

/* ---- package.xml ---- */

static void put_xml(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else
            fputc(*text, out);
    }
}

static void put_tag(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "  <%s>", tag);
    put_xml(out, text);
    fprintf(out, "</%s>\n", tag);
}

static void write_xml(FILE *out, const cli_new_package *p)
{
    fprintf(out,
            "<?xml version=\"1.0\"?>\n<?xml-model href=\"http://download.ros.org/schema/package_format%s.xsd\" "
            "schematypens=\"http://www.w3.org/2001/XMLSchema\"?>\n<package format=\"%s\">\n",
            p->format, p->format);
    put_tag(out, "name", p->name);
    put_tag(out, "version", "0.0.0");
    put_tag(out, "description", p->description);
    fputs("  <maintainer email=\"", out);
    put_xml(out, p->maintainer_email);
    fputs("\">", out);
    put_xml(out, p->maintainer_name);
    fputs("</maintainer>\n", out);
    put_tag(out, "license", p->license);
    if (!cli_is_python_package(p)) fprintf(out, "\n  <buildtool_depend>%s</buildtool_depend>\n", p->build_type);
    fputc('\n', out);
    if (!cli_is_python_package(p)) put_tag(out, "depend", "rclio");
    for (size_t i = 0; i < p->dependencies.count; i++)
        if (cli_is_python_package(p) || strcmp(p->dependencies.data[i], "rclio") != 0)
            put_tag(out, "depend", p->dependencies.data[i]);
    fprintf(out, "\n  <export>\n    <build_type>%s</build_type>\n  </export>\n</package>\n", p->build_type);
}

/* ---- C ---- */

static bool has_ament(const cli_new_package *p)
{
    return strcmp(p->build_type, "ament_cmake") == 0;
}

static void write_cmake(FILE *out, const cli_new_package *p)
{
    fprintf(out,
            "cmake_minimum_required(VERSION 3.22)\nproject(%s C)\n\n"
            "if(NOT CMAKE_C_STANDARD)\n  set(CMAKE_C_STANDARD 11)\nendif()\nset(CMAKE_INSTALL_RPATH_USE_LINK_PATH TRUE)\n"
            "add_compile_options(-Wall -Wextra)\n\n%s"
            "find_package(rclio REQUIRED)\n",
            p->name, has_ament(p) ? "find_package(ament_cmake REQUIRED)\n" : "");
    for (size_t i = 0; i < p->others.count; i++) fprintf(out, "find_package(%s REQUIRED)\n", p->others.data[i]);
    if (p->interfaces.count) {
        fprintf(out,
                "\n# Structs and functions of the messages: #include \"%s/msg/...h\"\nrclio_generate_interfaces(%s_interfaces "
                "PACKAGES",
                p->interfaces.data[0], p->name);
        for (size_t i = 0; i < p->interfaces.count; i++) fprintf(out, " %s", p->interfaces.data[i]);
        fputs(")\n", out);
    }
    const char *both[] = {"PUBLIC rclio::rclio", p->interfaces.count ? "_interfaces" : NULL};
    if (p->library) {
        fprintf(out,
                "\nadd_library(%s SHARED src/%s.c)\ntarget_include_directories(%s PUBLIC\n"
                "  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)\n"
                "target_link_libraries(%s %s",
                p->library, p->library, p->library, p->library, both[0]);
        if (both[1]) fprintf(out, " %s%s", p->name, both[1]);
        fprintf(out, ")\ninstall(TARGETS %s DESTINATION lib)\ninstall(DIRECTORY include/ DESTINATION include)\n", p->library);
    }
    if (p->node) {
        fprintf(out, "\nadd_executable(%s src/%s.c)\ntarget_link_libraries(%s PRIVATE rclio::rclio", p->node, p->node, p->node);
        if (both[1]) fprintf(out, " %s%s", p->name, both[1]);
        if (p->library) fprintf(out, " %s", p->library);
        fputs(")\n", out);
        if (p->library) fprintf(out, "set_target_properties(%s PROPERTIES INSTALL_RPATH \"$ORIGIN/..\")\n", p->node);
        fprintf(out, "install(TARGETS %s DESTINATION lib/${PROJECT_NAME})\n", p->node);
    }
    if (has_ament(p)) {
        fputs("\nament_package()\n", out);
        return;
    }
    fputs("\n# What makes it a package for `ros2 run` and `ros2 pkg`.\n"
          "install(FILES package.xml DESTINATION share/${PROJECT_NAME})\n"
          "file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/index/${PROJECT_NAME} \"\")\n"
          "install(FILES ${CMAKE_CURRENT_BINARY_DIR}/index/${PROJECT_NAME} DESTINATION "
          "share/ament_index/resource_index/packages)\n",
          out);
}

static void write_c_node(FILE *out, const cli_new_package *p)
{
    fprintf(out,
            "/* %s: says hello once a second. */\n#include <rclio/rclio.h>\n\n"
            "static void say_hello(rclio_timer *timer, void *arg)\n{\n    rclio_node *node = arg;\n    (void)timer;\n"
            "    RCLIO_INFO(node, \"Hello from %s\");\n}\n\n"
            "int main(int argc, char **argv)\n{\n"
            "    rclio_node *node = rclio_node_new(rclio_init(argc, argv, NULL), \"%s\", NULL);\n"
            "    rclio_timer_new(node, RCLIO_S(1), say_hello, node, NULL);\n    return rclio_spin(node);\n}\n",
            p->node, p->name, p->node);
}

static void put_guard(FILE *out, const cli_new_package *p)
{
    for (const char *c = p->name; *c; c++) fputc(toupper((unsigned char)*c), out);
    fputc('_', out);
    for (const char *c = p->library; *c; c++) fputc(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_', out);
    fputs("_H\n", out);
}

static void write_c_header(FILE *out, const cli_new_package *p)
{
    fprintf(out, "/* %s/%s.h */\n#ifndef ", p->name, p->library);
    put_guard(out, p);
    fputs("#define ", out);
    put_guard(out, p);
    fprintf(out, "\nint %s_answer(void);\n\n#endif\n", p->library);
}

static void write_c_library(FILE *out, const cli_new_package *p)
{
    fprintf(out, "/* %s.c */\n#include \"%s/%s.h\"\n\nint %s_answer(void)\n{\n    return 42;\n}\n", p->library, p->name,
            p->library, p->library);
}

/* ---- Python ---- */

static void write_setup_py(FILE *out, const cli_new_package *p)
{
    fprintf(out,
            "from setuptools import find_packages, setup\n\npackage_name = '%s'\n\nsetup(\n    name=package_name,\n"
            "    version='0.0.0',\n    packages=find_packages(exclude=['test']),\n    data_files=[\n"
            "        ('share/ament_index/resource_index/packages', ['resource/' + package_name]),\n"
            "        ('share/' + package_name, ['package.xml']),\n    ],\n    install_requires=['setuptools'],\n"
            "    zip_safe=True,\n    maintainer=",
            p->name);
    cli_repr(out, p->maintainer_name);
    fputs(",\n    maintainer_email=", out);
    cli_repr(out, p->maintainer_email);
    fputs(",\n    description=", out);
    cli_repr(out, p->description);
    fputs(",\n    license=", out);
    cli_repr(out, p->license);
    fputs(",\n    tests_require=['pytest'],\n    entry_points={\n        'console_scripts': [\n", out);
    if (p->node) fprintf(out, "            '%s = %s.%s:main',\n", p->node, p->name, p->node);
    fputs("        ],\n    },\n)\n", out);
}

static void write_setup_cfg(FILE *out, const cli_new_package *p)
{
    fprintf(out, "[develop]\nscript_dir=$base/lib/%s\n[install]\ninstall_scripts=$base/lib/%s\n", p->name, p->name);
}

static void write_nothing(FILE *out, const cli_new_package *p)
{
    (void)out, (void)p;
}

static void write_python_node(FILE *out, const cli_new_package *p)
{
    fprintf(out,
            "import rclpy\nfrom rclpy.executors import ExternalShutdownException\nfrom rclpy.node import Node\n\n\n"
            "class Hello(Node):\n    \"\"\"Says hello once a second.\"\"\"\n\n    def __init__(self):\n"
            "        super().__init__('%s')\n        self.create_timer(1.0, self.say_hello)\n\n    def say_hello(self):\n"
            "        self.get_logger().info('Hello from %s')\n\n\ndef main(args=None):\n    rclpy.init(args=args)\n"
            "    try:\n        rclpy.spin(Hello())\n    except (KeyboardInterrupt, ExternalShutdownException):\n        pass\n"
            "    finally:\n        rclpy.try_shutdown()\n\n\nif __name__ == '__main__':\n    main()\n",
            p->node, p->name);
}

/* ---- the lists ---- */

static void write_license(FILE *out, const cli_new_package *p);

const cli_package_file *cli_package_files(const cli_new_package *p)
{
    static const cli_package_file c_files[] = {
        {"package.xml", CLI_OF_PACKAGE, write_xml},
        {"LICENSE", CLI_OF_PACKAGE, write_license},
        {"src", CLI_OF_PACKAGE, NULL},
        {"include/%s", CLI_OF_PACKAGE, NULL},
        {"CMakeLists.txt", CLI_OF_PACKAGE, write_cmake},
        {"src/%s.c", CLI_OF_NODE, write_c_node},
        {"src/%s.c", CLI_OF_LIBRARY, write_c_library},
        {"include/%2$s/%1$s.h", CLI_OF_LIBRARY, write_c_header},
        {NULL, CLI_OF_PACKAGE, NULL},
    };
    static const cli_package_file python_files[] = {
        {"package.xml", CLI_OF_PACKAGE, write_xml},
        {"LICENSE", CLI_OF_PACKAGE, write_license},
        {"resource", CLI_OF_PACKAGE, NULL},
        {"resource/%s", CLI_OF_PACKAGE, write_nothing},
        {"setup.py", CLI_OF_PACKAGE, write_setup_py},
        {"setup.cfg", CLI_OF_PACKAGE, write_setup_cfg},
        {"%s", CLI_OF_PACKAGE, NULL},
        {"%s/__init__.py", CLI_OF_PACKAGE, write_nothing},
        {"%2$s/%1$s.py", CLI_OF_NODE, write_python_node},
        {"%2$s/%1$s", CLI_OF_LIBRARY, NULL},
        {"%2$s/%1$s/__init__.py", CLI_OF_LIBRARY, write_nothing},
        {NULL, CLI_OF_PACKAGE, NULL},
    };
    return cli_is_python_package(p) ? python_files : c_files;
}

bool cli_is_python_package(const cli_new_package *p)
{
    return strcmp(p->build_type, "ament_python") == 0;
}

/* ---- licenses ---- */

static const char apache[] = {
#include "license.inc"
    0,
};
static const char mit[] =
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated\n"
    "documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation\n"
    "the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and\n"
    "to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\n"
    "The above copyright notice and this permission notice shall be included in all copies or substantial portions of\n"
    "the Software.\n\n"
    "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO\n"
    "THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\n"
    "AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF\n"
    "CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS\n"
    "IN THE SOFTWARE.\n";
static const char bsd[] =
    "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the\n"
    "following conditions are met:\n\n"
    "   * Redistributions of source code must retain the above copyright notice, this list of conditions and the\n"
    "     following disclaimer.\n\n"
    "   * Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the\n"
    "     following disclaimer in the documentation and/or other materials provided with the distribution.\n\n"
    "   * Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote\n"
    "     products derived from this software without specific prior written permission.\n\n"
    "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\" AND ANY EXPRESS OR IMPLIED WARRANTIES,\n"
    "INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE\n"
    "DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,\n"
    "SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR\n"
    "SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,\n"
    "WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE\n"
    "USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.\n";

const char *const cli_licenses[] = {"Apache-2.0", "BSD-3-Clause", "MIT", NULL};

bool cli_license_known(const char *name)
{
    for (size_t i = 0; cli_licenses[i]; i++)
        if (strcmp(cli_licenses[i], name) == 0) return true;
    return false;
}

static void write_license(FILE *out, const cli_new_package *p)
{
    if (strcmp(p->license, "Apache-2.0") == 0) {
        fputs(apache, out);
        return;
    }
    fprintf(out, "Copyright (c) %s\n\n%s", p->maintainer_name, strcmp(p->license, "MIT") == 0 ? mit : bsd);
}
