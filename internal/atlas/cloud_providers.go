package atlas

// Cloud providers, as Atlas spells them.
const (
	AWS   = "AWS"
	Azure = "AZURE"
	GCP   = "GCP"
)
