"""Content Credentials (C2PA): this installation's certificates, signing a clip, and reading a file's credentials."""
