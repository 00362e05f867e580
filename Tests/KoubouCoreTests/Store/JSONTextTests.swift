import Testing

@testable import KoubouCore

struct JSONTextTests {
    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("\n", #""\n""#),
        ("\t\r\u{1}\u{1f}\0", #""\u0009\u000d\u0001\u001f\u0000""#), ("工房 👩‍👩‍👧", #""工房 👩‍👩‍👧""#), ("/\u{7f}", "\"/\u{7f}\""),
    ])
    func quotes(_ text: String, _ json: String) {
        #expect(JSONText.quoted(text) == json)
    }

    @Test func makesArraysAndObjects() {
        for words in [["a"], ["", "b c"], ["名", "[,]"]] {
            let bytes = words.map(Array.init(text:))
            #expect(JSONText.plainWords(JSONText.array(bytes)!) == bytes)
        }
        for other in ["[]", #"["a\n"]"#, #"["a", "b"]"#, #"["a",]"#, #"["a"b]"#, "[1]", #"["a]"#, #"["a",1]"#, #"{"a":"b"}"#] {
            #expect(JSONText.plainWords(other) == nil, "\(other)")
        }
        #expect(JSONText.array([]) == "[]")
        #expect(JSONText.array(["a", "", "b c"].map(Array.init(text:))) == #"["a","","b c"]"#)
        #expect(JSONText.array([Array(text: "a"), [0xff]]) == nil)
        #expect(JSONText.object([]) == "{}")
        #expect(JSONText.object(["A=1", "B==", "C=", "A=2"].map(Array.init(text:))) == #"{"B":"=","C":"","A":"2"}"#)
        #expect(JSONText.object([Array(text: "A=") + [0xff]]) == nil)
    }

    @Test func namesAndValuesOfTheEnvironmentAreBytes() {
        let combining = ["A=\u{301}x", "e\u{301}=1", "\u{e9}=2"].map { Array($0.utf8) }
        #expect(JSONText.object(combining)?.utf8.elementsEqual("{\"A\":\"\u{301}x\",\"e\u{301}\":\"1\",\"\u{e9}\":\"2\"}".utf8) ?? false)
    }

    @Test(arguments: [
        (#""\u0000""#, #"\u0000"#), (#""\ud800""#, #"\ud800"#), (#""\uDC00""#, #"\uDC00"#), (#""\ud83d\u0041""#, #"\ud83d"#),
        (#""\ud83dx""#, #"\ud83d"#), (#""\ud83d\ud83d""#, #"\ud83d"#), (#""\ud83d\ude00""#, nil), (#""\\u0000""#, nil),
        (#""\\\u0000""#, #"\u0000"#), (#""\u00e9\n\"""#, nil), (#""\u00"#, nil), ("\\", nil), ("", nil),
    ])
    func anEscapeThatIsNoText(json: String, escape: String?) { #expect(JSONText.escapeWithoutText(json) == escape) }
}
