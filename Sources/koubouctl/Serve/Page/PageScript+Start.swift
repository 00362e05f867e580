extension Page {
    /// Begins to listen, as long as somebody looks: a browser has few connections for one place.
    static let scriptStart = #"""
        document.addEventListener('visibilitychange', () => document.hidden ? live.stop() : live.start());
        setInterval(() => { if (!document.hidden) tick(); }, 1000);
        live.start();
        """#
}
