/// What other queues call our commands, for who comes from there.
enum OtherNames {
    static let ours = [
        "add": "submit", "enqueue": "submit", "run": "submit", "exec": "submit", "cron": "every", "schedule": "every",
        "ls": "list", "ps": "list", "jobs": "list", "tasks": "list", "info": "show", "inspect": "show",
        "output": "result", "cat": "result", "tail": "logs", "follow": "logs", "watch": "top", "monitor": "top",
        "kill": "cancel", "abort": "cancel", "rm": "cancel", "remove": "cancel", "delete": "cancel",
        "clean": "prune", "clear": "prune", "rerun": "retry", "continue": "resume", "unpause": "resume",
        "shutdown": "stop", "settings": "config", "dump": "export", "restore": "import", "bench": "load",
    ]
}
