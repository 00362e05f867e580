import ParserFuzz

typealias SeededGenerator = ParserFuzz.SeededGenerator
