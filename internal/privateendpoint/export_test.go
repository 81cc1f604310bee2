package privateendpoint

// Noun is for the tests of its hints.
var Noun = noun
