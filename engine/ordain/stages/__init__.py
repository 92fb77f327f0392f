"""The stages of a run, one file each with one public function; `ordain.pipeline` calls them in order."""
