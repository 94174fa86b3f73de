"""Learners made of decision trees: boosted trees and forests."""
