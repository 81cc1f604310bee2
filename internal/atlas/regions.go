package atlas

import "strings"

// RegionName returns Atlas' spelling of a region of AWS: US_EAST_1 of us-east-1, which is AWS'
// own spelling. Atlas has GLOBAL as well.
func RegionName(region string) string {
	return strings.ToUpper(strings.ReplaceAll(region, "-", "_"))
}
