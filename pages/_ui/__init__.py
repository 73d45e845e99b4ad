"""What the pages share: address, state, texts, numbers as text, charts, tables and problems."""
