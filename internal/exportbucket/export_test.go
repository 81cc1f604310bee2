package exportbucket

// Noun is the export bucket in messages.
var Noun = noun
