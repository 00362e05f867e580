/// A model as Ollama tells of it.
public struct OllamaModel: Equatable, Sendable {
    public let name: String
    /// Bytes: of its file, or of what it takes in memory.
    public let size: Int?
    /// Of these, those on the GPU; nil: it is not loaded.
    public let onGPU: Int?

    /// True when `model` means this one.
    public func isNamed(_ model: String) -> Bool { name == model || name == model + ":latest" }
}

/// What the tasks of a type may ask of the memory of their model server.
public struct ModelDemand: Sendable {
    let model: OllamaModel
    /// How many may run at once.
    let tasks: Int
    /// Bytes of main memory, and of all GPUs; nil: not known.
    let memory: Int?
    let gpuMemory: Int?

    public init(_ model: OllamaModel, tasks: Int, memory: Int?, gpuMemory: Int?) {
        (self.model, self.tasks, self.memory, self.gpuMemory) = (model, tasks, memory, gpuMemory)
    }

    /// The memory that the model is in, or can come into.
    var room: Int? {
        switch model.onGPU {
        case nil: memory.map { $0 + (gpuMemory ?? 0) }
        case 0: memory
        default: gpuMemory
        }
    }
}

extension Finding {
    /// Nil when the size of the model is not known.
    ///
    /// Requests to one model share its weights; what each of them adds depends on context and settings that are not to be
    /// seen from here, so that model size times tasks is the bound that surely holds.
    public static func model(_ demand: ModelDemand, of type: String) -> Finding? {
        guard let size = demand.model.size, size > 0 else { return nil }
        let check = "model \(type)"
        let name = LogLine.printable(demand.model.name)
        let section = "[type \(type)] of koubou.conf"
        if let onGPU = demand.model.onGPU, onGPU > 0, onGPU < size {
            return .warn(
                check, "\(name): \(SizeText.text(onGPU)) of \(SizeText.text(size)) are on the GPU, the rest is slow",
                "set a smaller model, or concurrency = 1, in \(section)")
        }
        let (need, overflow) = size.multipliedReportingOverflow(by: demand.tasks)
        let product = "\(name): \(SizeText.text(size)) × \(demand.tasks) at once"
        guard let room = demand.room else {
            return .ok(check, product + "; how much memory the server has is not known")
        }
        guard overflow || need > room else { return .ok(check, product + ", of \(SizeText.text(room))") }
        let fitting = room / size
        return .warn(
            check, product + " is more than the \(SizeText.text(room)) of memory",
            fitting > 0 ? "set concurrency = \(fitting) in \(section)" : "set a smaller model in \(section)")
    }
}
