"""PATCH (RFC 7644 §3.5.2): operations, their paths, the editor of documents and the difference they make to members."""
