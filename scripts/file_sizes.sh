#!/bin/sh
# Fails when a hand-written source file has more than 400 lines: one subject a file.
set -eu
cd "$(dirname "$0")/.."
git ls-files --cached --others --exclude-standard '*.py' '*.sh' '*.j2' 'Makefile' '*.go' '*.mjs' | while read -r file; do
  [ -f "$file" ] || continue
  lines=$(wc -l <"$file")
  if [ "$lines" -gt 400 ]; then
    echo "$file has $lines lines; 400 are the most: give a subject a file of its own"
  fi
done | { ! grep .; }
