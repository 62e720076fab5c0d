//! Simplifies a module: each pass rewrites it by one law, and what it says stays the same for every contact and every `now`.
