package emulator

import (
	"bytes"
	"encoding/json"
	"strings"
)

// UnusedFaults returns the faults that are set and have hit no request, in the
// order in which they are tried: each as one line of JSON in which a long text is
// cut.
func (a *Atlas) UnusedFaults() []string {
	var unused []string
	for _, fault := range a.Faults() {
		if fault.Hits == 0 {
			unused = append(unused, fault.line())
		}
	}
	return unused
}

// line returns f as one line of JSON, for a message.
func (f SetFault) line() string {
	const most = 60 // bytes of a text
	for _, text := range []*string{&f.Detail, &f.Body} {
		if len(*text) > most {
			*text = strings.ToValidUTF8((*text)[:most], "") + "…"
		}
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(f.describe()); err != nil {
		return err.Error() // of parameters that are not JSON, which only Go code can set
	}
	return strings.TrimSpace(line.String())
}
