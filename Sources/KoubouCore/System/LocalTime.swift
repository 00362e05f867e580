import Glibc

/// Takes over `TZ` and what has become of the machine's zone since it was read last.
func readTimeZone() { tzset() }

/// How far the local clocks are ahead of UTC at `second` since 1970.
func secondsEastOfUTC(at second: Int64) -> Int64 {
    var time = time_t(second)
    var parts = tm()
    return localtime_r(&time, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
}
