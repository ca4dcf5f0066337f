"""What is stored, as files for other programs: which columns there are, and how CSV and Parquet hold them."""
