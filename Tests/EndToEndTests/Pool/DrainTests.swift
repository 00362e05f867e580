import Glibc
import KoubouCore
import Testing

@Suite struct DrainTests {
    @Test func aDrainFinishesWhatRunsAndClaimsNothingMore() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let running = try home.handIn("\(gate.command); echo finished")
        try eventually(.inProgress) { try home.state(of: running) }
        let waiting = try home.handIn("true")
        supervisor.signal(SIGTERM)
        try eventually(.draining) { try home.worker().status }
        #expect(supervisor.isRunning)
        gate.open()
        #expect(try supervisor.status() == 0)
        #expect(try home.koubouctl("result", running).text == "finished")
        #expect(try home.field("attempt", of: running) == "1")
        #expect(try home.state(of: waiting) == .pending)
        #expect(try home.field("attempt", of: waiting) == "0")
        #expect(try home.workers().isEmpty)
    }

    @Test func aTaskThatTakesTooLongIsRequeued() throws {
        let home = try Home()
        try home.configure("[pool]\nstop_timeout = 200ms\n")
        try requeues(home) { supervisor in supervisor.signal(SIGTERM) }
    }

    @Test func aSecondTERMEndsTheDrain() throws {
        let home = try Home()
        try home.configure("[pool]\nstop_timeout = 1h\n")
        try requeues(home) { supervisor in
            supervisor.signal(SIGTERM)
            try eventually(.draining) { try home.worker().status }
            #expect(supervisor.isRunning)
            supervisor.signal(SIGTERM)
        }
    }

    @Test func stopNowRequeuesAtOnce() throws {
        let home = try Home()
        try home.configure("[pool]\nstop_timeout = 1h\n")
        try requeues(home) { _ in try home.koubouctl("stop", "--now") }
    }

    /// A stopped supervisor gives its running task back, without using up its only attempt; a later one completes it.
    private func requeues(_ home: Home, stop: (RunningProgram) throws -> Void) throws {
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn("\(gate.command); echo finished")
        try eventually(.inProgress) { try home.state(of: task) }
        try eventually(false) { home.processes(of: task).isEmpty }
        try stop(first)
        #expect(try first.status() == 0)
        #expect(home.processes(of: task).isEmpty)
        #expect(try home.state(of: task) == .pending)
        #expect(try home.field("attempt", of: task) == "0")
        #expect(try home.outcomes(of: task) == "requeued")
        #expect(try home.workers().isEmpty)

        gate.open()
        let second = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "finished")
        #expect(try home.field("attempt", of: task) == "1")
        #expect(try home.outcomes(of: task) == "requeued completed")
        #expect(second.isRunning)
    }

    @Test func aDrainedWorkerLeavesAfterItsTask() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let worker = try home.start("koubou-worker")
        let running = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: running) }
        let waiting = try home.handIn("true")
        worker.signal(SIGTERM)
        try eventually(.draining) { try home.worker().status }
        gate.open()
        #expect(try worker.status() == 0)
        #expect(try home.state(of: running) == .completed)
        #expect(try home.state(of: waiting) == .pending)
    }

    @Test(arguments: [[SIGTERM, SIGTERM], [SIGINT]])
    func aWorkerThatMustLeaveRequeuesItsTask(signals: [Int32]) throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let worker = try home.start("koubou-worker")
        let task = try home.handIn(gate.command)
        try eventually(false) { home.processes(of: task).isEmpty }
        for (index, signal) in signals.enumerated() {
            if index > 0 { try eventually(.draining) { try home.worker().status } }
            worker.signal(signal)
        }
        #expect(try worker.status() == 0)
        #expect(try home.state(of: task) == .pending)
        #expect(try home.field("attempt", of: task) == "0")
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func aWorkerThatDrainsAlreadyIsNotHurriedByADrain() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("\(gate.command); echo finished")
        try eventually(false) { home.processes(of: task).isEmpty }
        supervisor.signal(SIGHUP)  // the worker is to be replaced
        try eventually(.draining) { try home.worker().status }
        supervisor.signal(SIGTERM)
        try eventually(1) { home.logged("supervisor drains").count }
        gate.open()
        #expect(try supervisor.status() == 0)
        #expect(try home.koubouctl("result", task).text == "finished")
        #expect(try home.outcomes(of: task) == "completed")
    }

    @Test func theDeathOfADrainingSupervisorHurriesNobody() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("\(gate.command); echo finished")
        try eventually(false) { home.processes(of: task).isEmpty }
        supervisor.signal(SIGTERM)
        try eventually(.draining) { try home.worker().status }
        supervisor.signal(SIGKILL)
        #expect(try supervisor.status() == 128 + SIGKILL)
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "completed")
    }

    @Test func aWorkerThatWasAskedToLeaveIsNotHurriedByADrain() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("\(gate.command); echo fine")
        try eventually(false) { home.processes(of: task).isEmpty }
        try home.worker().process.send(SIGTERM)
        try eventually(.draining) { try home.worker().status }
        supervisor.signal(SIGTERM)
        try eventually(1) { home.logged("supervisor drains").count }
        gate.open()
        #expect(try supervisor.status() == 0)
        #expect(try home.outcomes(of: task) == "completed")
    }
}
