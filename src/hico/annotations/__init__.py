"""Official annotation files of every data set, read into one manifest table."""
