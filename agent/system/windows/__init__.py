"""Windows 10 (1809) and Server 2019 or later, by the documented API. Written here, and not run yet."""
