"""What pages are made of: the engine in JavaScript, charts, words in two languages, styles."""
