/// The version of all three programs.
public enum Version {
    public static let text = "0.1.0"
}
