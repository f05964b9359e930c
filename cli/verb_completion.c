/* cli/verb_completion.c: `ros2 completion`: a script for a shell. What may follow is asked of `ros2 --complete` (cli/completion.c), by
 * the very program that is completed. */
#include "cli.h"

#include <string.h>

struct completion {
    const char *shell;
};

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const cli_option completion_options[] = {
    CLI_ARG(struct completion, shell, "shell", "shell that the script is for", .choices = shells),
    {0},
};

/* COMPREPLY takes texts as they are to be written, so what has blanks is quoted; bash's own words are split at ':' and '=' as well, so the
 * line is not taken from them but where they end is. */
static const char *const bash_script =
    "# bash completion of ros2; read it with: source <(ros2 completion bash)\n"
    "_ros2_complete()\n"
    "{\n"
    "    local line current=${COMP_WORDS[COMP_CWORD]}\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        if [[ $line == :files ]]; then\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r line; do COMPREPLY+=(\"$line\"); done < <(compgen -f -- \"$current\")\n"
    "        else\n"
    "            line=${line%%$'\\t'*}\n"
    "            if [[ $line == *[\\\"\\$\\`\\\\]* ]]; then\n"
    "                printf -v line %q \"$line\"\n"
    "            elif [[ $line == *[[:space:]]* ]]; then\n"
    "                line=\"\\\"$line\\\"\"\n"
    "            fi\n"
    "            COMPREPLY+=(\"$line\")\n"
    "        fi\n"
    "    done < <(command \"$1\" --complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null </dev/null)\n"
    "}\n"
    "complete -F _ros2_complete ros2\n";

static const char *const zsh_script =
    "#compdef ros2\n"
    "# zsh completion of ros2; read it with: source <(ros2 completion zsh), or keep it as _ros2 in a folder of $fpath\n"
    "_ros2()\n"
    "{\n"
    "    local line\n"
    "    local -a lines candidates shown\n"
    "    lines=(\"${(@f)$(command \"${words[1]}\" --complete \"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\" 2>/dev/null "
    "</dev/null)}\")\n"
    "    for line in \"${lines[@]}\"; do\n"
    "        if [[ $line == :files ]]; then\n"
    "            _files\n"
    "        elif [[ -n $line ]]; then\n"
    "            candidates+=(\"${line%%$'\\t'*}\")\n"
    "            shown+=(\"${line%%$'\\t'*}${${line#*$'\\t'}:+  -- ${line#*$'\\t'}}\")\n"
    "        fi\n"
    "    done\n"
    "    (( $#candidates )) && compadd -l -d shown -a candidates\n"
    "}\n"
    "if [[ $funcstack[1] == _ros2 ]]; then\n"
    "    _ros2 \"$@\"\n"
    "else\n"
    "    compdef _ros2 ros2\n"
    "fi\n";

static const char *const fish_script =
    "# fish completion of ros2; read it with: ros2 completion fish | source\n"
    "function __ros2_complete\n"
    "    set -l before (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    for line in (command $before[1] --complete $before[2..-1] \"$current\" 2>/dev/null </dev/null)\n"
    "        if test \"$line\" = :files\n"
    "            __fish_complete_path \"$current\"\n"
    "        else\n"
    "            printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c ros2 -e\n"
    "complete -c ros2 -f -a '(__ros2_complete)'\n";

static int completion_run(cli *c, const void *options)
{
    const struct completion *o = options;
    if (strcmp(o->shell, "bash") == 0) cli_print_text(c, bash_script);
    if (strcmp(o->shell, "zsh") == 0) cli_print_text(c, zsh_script);
    if (strcmp(o->shell, "fish") == 0) cli_print_text(c, fish_script);
    return 0;
}

const cli_verb cli_verb_completion = {
    "completion",
    "Print a script that lets a shell complete `ros2` command lines",
    completion_options,
    sizeof(struct completion),
    completion_run,
    "Upstream has argcomplete for bash and zsh. Here also topics, nodes, services, actions, their types, fields (`--field`), "
    "parameters\n"
    "and messages to fill in are completed, from the network as it is now. `cmake --install` puts the scripts where the shells "
    "look.",
};
