"""What an attacker would try, as tests: permissions, forms, headers, logs, files, text."""
