"""Well-known clients with the settings they come with, on a provider that fails."""
