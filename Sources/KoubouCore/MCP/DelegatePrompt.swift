/// The prompt `delegate`: when work is worth handing off, and how.
public enum DelegatePrompt {
    /// The answer to `prompts/list`.
    public static var list: MCPResult {
        let goal = JSONText.object([
            "name": "\"goal\"", "title": "\"Goal\"", "description": "\"What is to be reached\"", "required": "false",
        ])
        let prompt = JSONText.object([
            "name": JSONText.quoted(name), "title": "\"Delegate work\"",
            "description": JSONText.quoted(description), "arguments": JSONText.array(of: [goal]),
        ])
        return MCPResult(["prompts": JSONText.array(of: [prompt])]).fresh(for: .seconds(3600))
    }

    public static let name = "delegate"
    private static let description = "Decide which parts of a goal to hand to background workers, and hand them off"

    /// The answer to `prompts/get`.
    public static func messages(goal: String?) -> MCPResult {
        let text = text + (goal.map { "\n\nThe goal: \($0)" } ?? "")
        let content = JSONText.object(["type": "\"text\"", "text": JSONText.quoted(text)])
        let message = JSONText.object(["role": "\"user\"", "content": content])
        return MCPResult([
            "description": JSONText.quoted(description), "messages": JSONText.array(of: [message]),
        ])
    }

    private static let text = """
        Split the goal into parts, and decide for each whether you do it yourself or hand it to a background worker of \
        Koubou.

        Hand off what takes minutes, can be described in a few sentences, can be checked when it is done, and needs \
        nothing of this conversation: a change in a few named files, tests for a module, a review, a summary of long \
        texts, the same step for many files. Keep what needs a decision of the user, what is done in a moment, and what \
        two workers would change at the same place.

        For each part that you hand off:
        1. Write a prompt that stands alone: the goal, the files with their paths, what must not be changed, how to check \
        it, and the form of the answer.
        2. Call koubou_delegate_task with type "code" for work on files (set cwd to the project) or "general" for a \
        question to a language model; use koubou_delegate_batch for many parts. Give parts that build on others \
        depends_on, and each a title.
        3. Go on with your own part.
        4. Call koubou_wait_for_tasks, then koubou_get_task_result, and check each result before you rely on it. When one \
        has failed, read its error: mend the prompt and delegate it anew, or call koubou_retry_task when the cause was \
        passing, or koubou_doctor when tasks don't start.
        """
}
