/* python/extension/words.h: words of a command line. Threads: the interpreter's, attached. */
#ifndef RCLIO_PYTHON_WORDS_H
#define RCLIO_PYTHON_WORDS_H

#include "extension.h"

/* ["program", "--ros-args", ...] as argv, ended by NULL; None: no words. NULL with an exception. Freed by py_words_free(). */
char **py_words(PyObject *list, int *count);
void py_words_free(char **words); /* NULL is allowed */

PyObject *py_remove_ros_arguments(PyObject *module, PyObject *list);
#define PY_WORD_FUNCTIONS                                                                               \
    {                                                                                                   \
        "remove_ros_arguments", py_remove_ros_arguments, METH_O,                                        \
            "Those words of a command line that are not for ROS. RCLError: one for ROS cannot be read." \
    }

#endif
