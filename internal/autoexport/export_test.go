package autoexport

// Noun is the automatic export in messages.
var Noun = noun
