import Testing

@testable import KoubouCore

struct SizeTextTests {
    @Test(arguments: [
        ("0", 0), ("65536", 65536), ("64K", 65536), ("64KiB", 65536), ("64M", 64 << 20), ("1G", 1 << 30), ("2GiB", 2 << 30),
        ("9223372036854775807", Int.max),
    ])
    func reads(_ text: String, _ bytes: Int) {
        #expect(SizeText.parse(text) == bytes)
    }

    @Test(arguments: [
        "", "K", "-1", "+1", "1.5M", "1 M", "1k", "1T", "1KB", "1B", "M1", "9223372036854775808", "9223372036854775807K",
    ])
    func refuses(_ text: String) {
        #expect(SizeText.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (65_537, "64 KiB"), (64 << 20, "64 MiB"), (3 << 30, "3 GiB"),
    ])
    func writes(_ bytes: Int, _ text: String) {
        #expect(SizeText.text(bytes) == text)
    }
}
