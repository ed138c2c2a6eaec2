"""An explanation as one HTML file to step through, in which leaves can be changed."""
