package emulator

// Routes returns the method and the path of each endpoint, with the path's variables.
func Routes() []string {
	var all []string
	for _, n := range nouns {
		for _, r := range n.routes {
			all = append(all, r.method+" "+r.path)
		}
	}
	return all
}
