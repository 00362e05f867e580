/// The outermost members of a JSON-RPC message, and those of MCP's `_meta`.
struct RPCEnvelope {
    typealias Kind = Store.JSONField.Kind
    let kind: Kind?
    let version: String?
    let idKind: Kind?
    /// As it was written.
    let id: String?
    let method: String?
    let paramsKind: Kind?
    let params: String?
    let isResponse: Bool
    let meta: RPCRequest.Meta
}

extension JSONReader {
    /// Nil when `json` is no JSON, or nested deeper than SQLite reads. One statement, so that a long text is parsed once.
    func envelope(of json: String) throws(StoreError) -> RPCEnvelope? {
        try database.first(
            """
            SELECT json_type(?1), iif(json_type(?1, '$.jsonrpc') = 'text', json_extract(?1, '$.jsonrpc'), NULL),
              json_type(?1, '$.id'), ?1 -> '$.id', iif(json_type(?1, '$.method') = 'text', json_extract(?1, '$.method'), NULL),
              json_type(?1, '$.params'), ?1 -> '$.params',
              json_type(?1, '$.result') IS NOT NULL OR json_type(?1, '$.error') IS NOT NULL,
              json_type(?1, '$.params._meta."io.modelcontextprotocol/protocolVersion"'),
              ?1 ->> '$.params._meta."io.modelcontextprotocol/protocolVersion"',
              json_type(?1, '$.params._meta."io.modelcontextprotocol/clientCapabilities"') = 'object',
              json_type(?1, '$.params._meta."io.modelcontextprotocol/clientCapabilities".extensions."io.modelcontextprotocol/tasks"') = 'object',
              iif(json_type(?1, '$.params._meta.progressToken') IN ('text', 'integer'), ?1 -> '$.params._meta.progressToken', NULL)
            WHERE json_valid(?1)
            """, json
        ) { row throws(StoreError) in
            func kind(_ column: Int32) throws(StoreError) -> RPCEnvelope.Kind? {
                (try row.get(column) as String?).flatMap(RPCEnvelope.Kind.init)
            }
            let versionKind = try kind(8)
            let version: RPCRequest.Meta.Version =
                versionKind == .text ? .text(try row.get(9)) : versionKind == nil ? .absent : .notText
            return RPCEnvelope(
                kind: try kind(0), version: try row.get(1), idKind: try kind(2), id: try row.get(3),
                method: try row.get(4), paramsKind: try kind(5), params: try row.get(6), isResponse: try row.get(7),
                meta: RPCRequest.Meta(
                    version: version, hasCapabilities: try row.get(10) as Bool? ?? false,
                    declaresTasks: try row.get(11) as Bool? ?? false, progressToken: try row.get(12)))
        }
    }

    /// The elements of a JSON array, each as JSON.
    func elementsAsJSON(ofArray json: String) throws(StoreError) -> [String] {
        try database.rows(
            "SELECT iif(type IN ('text', 'real'), json_quote(value), ifnull(value, 'null')) || '' FROM json_each(?1) ORDER BY id",
            json
        ) {
            row throws(StoreError) in try row.get(0)
        }
    }
}
