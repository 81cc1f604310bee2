package exportjob

// Noun is the noun, for a test of its hints.
var Noun = noun
