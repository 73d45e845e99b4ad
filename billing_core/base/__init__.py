"""What everything else stands on: the model of rules and lines, money, tables, problems, texts, engines."""
