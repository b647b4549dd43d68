"""The ground floor: what is declared, what was observed, what can be shown. It imports nothing of ours."""
