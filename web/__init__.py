"""What people see: pages, templates, static files; `signing/` is a site of its own."""
