import KoubouCore

/// The page at `/`: one document with its style and its script, that asks for nothing from anywhere else.
///
/// The parts are Swift text so that they are in the program without a build step: a resource that Package.swift embeds
/// becomes a list of numbers, at which the compiler works for minutes.
enum Page {
    static let bytes = Array(html.utf8)

    /// Changes when the page does.
    static let tag = "\"" + SecureHash.sha256(bytes).prefix(16).map { digits($0) }.joined() + "\""

    /// Only our own script and style run, named by their hashes; text can't become markup by any way of the script.
    static let policy = [
        "default-src 'none'", "script-src \(source(script))", "style-src \(source(style))", "img-src data:",
        "connect-src 'self'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    private static let script = [
        scriptFoundation, scriptGateway, scriptQueue, scriptPool, scriptCharts, scriptDetail, scriptForms, scriptStart,
    ].joined(separator: "\n")

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Koubou</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
        %3Crect width='16' height='16' rx='4' fill='%232457c5'/%3E\
        %3Cpath d='M4 5h8M4 8h6M4 11h3' stroke='%23fff' stroke-width='1.6' stroke-linecap='round'/%3E%3C/svg%3E">
        <style>\(style)</style>
        </head>
        <body>
        \(markup)
        <script>\(script)</script>
        </body>
        </html>

        """

    private static func source(_ text: String) -> String {
        "'sha256-\(base64(SecureHash.sha256(Array(text.utf8))))'"
    }

    private static func digits(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
