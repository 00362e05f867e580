import KoubouCore

/// Whether the models that tasks ask for at once fit into the memory of their server.
extension Doctor {
    /// - Parameter model: as it is on disk; what it takes in memory is better known when it is loaded.
    func checkMemory(for model: OllamaModel, of server: ChatServer, _ type: TaskType) {
        let loaded = answer(of: server, to: "/api/ps")
            .flatMap { (try? Store.models(inOllamaAnswer: $0)) ?? nil }?.first { $0.isNamed(server.model) }
        let workers = configuration.pool.workers.upperBound
        let demand = ModelDemand(
            loaded ?? model, tasks: min(type.throttle.concurrency ?? workers, workers),
            memory: server.isLocal ? MemoryStatus.current.total : nil, gpuMemory: server.isLocal ? gpuMemory : nil)
        if let finding = Finding.model(demand, of: type.name) { report(finding) }
    }

    /// Bytes of all GPUs together, where a program tells them.
    private var gpuMemory: Int? {
        let plan = self.plan(["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"])
        guard (try? locate(plan)) != nil, let run = try? BriefRun(plan, within: Self.patience), run.exitStatus == 0
        else { return nil }
        let lines = String(decoding: run.stdout, as: UTF8.self).split { $0 == "\n" || $0 == " " }
        let mebibytes = lines.compactMap { Int($0) }
        return lines.isEmpty || mebibytes.count < lines.count ? nil : mebibytes.reduce(0, +) << 20
    }
}
