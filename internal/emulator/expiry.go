package emulator

import (
	"maps"
	"time"
)

// dropExpired removes, at most once a minute, expired tokens and nonces, and the counts of minutes
// that are over, so that they use no memory. Atlas gives the same answer to what has expired and
// to what it does not know. The caller holds the lock.
func (a *Atlas) dropExpired(now time.Time) {
	if now.Before(a.nextExpiry) {
		return
	}
	a.nextExpiry = now.Add(time.Minute)
	maps.DeleteFunc(a.tokens, func(_ string, token accessToken) bool { return !token.live(now) })
	maps.DeleteFunc(a.nonces, func(_ string, n *nonce) bool { return !now.Before(n.expires) })
	maps.DeleteFunc(a.minutes, func(_ rateLimitKey, m minute) bool { return now.Sub(m.start) >= time.Minute })
	maps.DeleteFunc(a.tokenCalls, func(_ tokenCaller, window minute) bool { return now.Sub(window.start) >= time.Minute })
}
