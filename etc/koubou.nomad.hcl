# A place for one task of koubou in a cluster of Nomad, for launchers/nomad: change it as you need it. The launcher hands it in
# with a name of its own for each attempt, runs the command in it, and stops it.

variable "name" {
  type = string
}

variable "cpu" {
  type    = number
  default = 500
}

variable "memory" {
  type    = number
  default = 512
}

job "koubou" {
  id   = var.name
  name = var.name
  type = "batch"

  # The queue decides whether a task is tried again, and when.
  group "koubou" {
    reschedule {
      attempts  = 0
      unlimited = false
    }

    restart {
      attempts = 0
      mode     = "fail"
    }

    # A node that is cut off ends the task by itself, before Nomad takes it for dead. From Nomad 1.8 on it is
    # disconnect { stop_on_client_after = "10s" }.
    stop_after_client_disconnect = "10s"

    task "koubou" {
      driver = "docker"

      config {
        image   = "debian:12"
        command = "sleep"
        args    = ["infinity"]
        init    = true
      }

      resources {
        cpu    = var.cpu
        memory = var.memory
      }
    }
  }
}
