"""Verification: exchanges from recordings, live providers and message producers, held against contracts."""
