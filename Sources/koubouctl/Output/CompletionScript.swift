/// Scripts that ask `koubouctl complete` for everything, so that they can't fall behind the program.
enum CompletionScript: String, CaseIterable {
    case bash, zsh, fish

    var text: String {
        switch self {
        case .bash:
            #"""
            # Completion of koubouctl for bash.
            _koubouctl() {
                local current=${COMP_WORDS[COMP_CWORD]} line word
                local -a lines
                [ "$current" = "=" ] && current=
                mapfile -t lines < <(koubouctl complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
                COMPREPLY=()
                case ${lines[0]-} in
                    :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                    :folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
                    *)
                        for line in "${lines[@]}"; do
                            printf -v word %q "${line%%$'\t'*}"
                            COMPREPLY+=("${word//\\,/,}")
                        done ;;
                esac
            }
            complete -F _koubouctl koubouctl
            """#
        case .zsh:
            #"""
            #compdef koubouctl
            # Completion of koubouctl for zsh.
            _koubouctl() {
                local -a lines
                lines=("${(@f)$(koubouctl complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
                case $lines[1] in
                    '') return 1 ;;
                    :files) _files ;;
                    :folders) _files -/ ;;
                    *) lines=("${(@)lines//:/\\:}"); lines=("${(@)lines/$'\t'/:}"); _describe -V koubouctl lines ;;
                esac
            }
            if [ "$funcstack[1]" = _koubouctl ]; then _koubouctl "$@"; else compdef _koubouctl koubouctl; fi
            """#
        case .fish:
            #"""
            # Completion of koubouctl for fish.
            function __koubouctl_complete
                set -l words (commandline -opc) (commandline -ct)
                set -l lines (koubouctl complete -- $words[2..-1] 2>/dev/null)
                switch "$lines[1]"
                    case :files
                        __fish_complete_path (commandline -ct)
                    case :folders
                        __fish_complete_directories (commandline -ct)
                    case '*'
                        printf '%s\n' $lines
                end
            end
            complete -c koubouctl -f -a '(__koubouctl_complete)'
            """#
        }
    }
}
