# Times MELTT itself on the folder that `python benchmarks/fusion_meltt.py FOLDER --export ROWS` wrote.
#
#   Rscript benchmarks/fusion_meltt.R FOLDER DAYS KILOMETRES
#
# Needs the R package meltt (LGPL-3, not part of this repository) and, for what it calls, a Python without
# numpy: name it in RETICULATE_PYTHON. Only the call of meltt() is timed. Writes matched.csv to FOLDER.

suppressMessages(library(meltt))
given <- commandArgs(TRUE)
reports <- read.csv(file.path(given[1], "reports.csv"), stringsAsFactors = FALSE)
levels <- read.csv(file.path(given[1], "taxonomy.csv"), stringsAsFactors = FALSE)
sources <- sort(unique(reports$source))
names <- paste0("s", sources)
for (i in seq_along(sources)) {
  own <- reports[reports$source == sources[i], ]
  own$date <- structure(own$day, class = "Date")
  assign(names[i], own[, c("date", "latitude", "longitude", "etype")])
}
taxonomy <- do.call(rbind, lapply(names, function(name) cbind(data.source = name, levels)))
words <- paste0(
  "meltt(", paste(names, collapse = ","), ",taxonomies=list(etype=taxonomy),twindow=", given[2],
  ",spatwindow=", given[3], ",silent=TRUE)"
)
start <- proc.time()
found <- suppressWarnings(eval(parse(text = words)[[1]]))
spent <- (proc.time() - start)[["elapsed"]]
write.csv(found$processed$event_matched, file.path(given[1], "matched.csv"), row.names = FALSE)
cat(nrow(reports), "reports,", spent, "s,", nrow(found$processed$deduplicated_index), "left\n")
