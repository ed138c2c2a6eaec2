"""README's gallery: pictures 800 pixels wide of pages and of results, light and dark."""
