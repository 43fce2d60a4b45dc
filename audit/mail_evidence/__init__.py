"""What a received mail proves: ordinary mail by DKIM, certified mail (PEC) by its signature (FORMAT.md §16).

`judging.judge` is a pure function of the raw bytes, when they came, the answers of the DNS and what was
known of the customer, so that anybody gives the same verdict again from what was kept. Its libraries are the
extra `[mail]`, imported only when a mail is judged: `judging.available()` says whether they are there.
"""
